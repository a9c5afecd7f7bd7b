package dev.mcpgateway.oracle.admission;

import dev.mcpgateway.oracle.identity.AccessPolicy;
import dev.mcpgateway.oracle.identity.Identification;
import dev.mcpgateway.oracle.identity.Profile;
import dev.mcpgateway.oracle.identity.User;
import dev.mcpgateway.oracle.settings.ProtectedService;
import dev.mcpgateway.oracle.settings.Services;
import dev.mcpgateway.storage.Grant;
import dev.mcpgateway.storage.StoreException;
import java.util.Optional;

/**
 * Whether a user may still use a service: asked again whenever tokens are issued or used. Whatever asks throws
 * {@link StoreException} where the store would have to be asked and cannot.
 */
public final class Admission {
    private final Services services;
    private final Profiles profiles;

    public Admission(Services services, Profiles profiles) {
        this.services = services;
        this.profiles = profiles;
    }

    /** Whether there still is a service that the grant is for, and its policy admits the user. */
    public boolean admits(Grant grant) {
        return admits(grant.userId(), grant.userName(), grant.resource());
    }

    /** Whether there still is a service at this resource, and its policy admits the user. */
    public boolean admits(String userId, String userName, String resource) {
        User user = new User(userId, userName);
        return services.byResource(resource)
                .map(ProtectedService::policy)
                .filter(policy -> policy.admits(Profile.of(user)) || policy.admits(profile(user, policy)))
                .isPresent();
    }

    /** Whether the policy admits somebody who has just signed in. */
    public boolean admits(Identification identified, AccessPolicy policy) {
        return policy.admits(profiles.of(identified.profile(), policy.facts()));
    }

    /** Whether the rules of the service let the user call this tool. */
    public boolean permits(Grant grant, ProtectedService service, String tool) {
        User user = new User(grant.userId(), grant.userName());
        return service.tools().permit(profiles.of(user, service.tools().facts()), grant.clientId(), tool);
    }

    /** Whether the client means this resource; a client that names none means the one that the grant is for. */
    public boolean isSame(String granted, Optional<String> requested) {
        return requested
                .map(text -> services.byResource(text)
                        .map(ProtectedService::resource)
                        .filter(granted::equals)
                        .isPresent())
                .orElse(true);
    }

    private Profile profile(User user, AccessPolicy policy) {
        return profiles.of(user, policy.facts());
    }
}
