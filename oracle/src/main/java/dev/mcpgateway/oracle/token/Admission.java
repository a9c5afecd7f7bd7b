package dev.mcpgateway.oracle.token;

import dev.mcpgateway.oracle.identity.User;
import dev.mcpgateway.oracle.settings.ProtectedService;
import dev.mcpgateway.oracle.settings.Services;
import dev.mcpgateway.storage.Grant;
import java.util.Optional;

/** Whether a user may still use a service: asked again whenever tokens are issued or used. */
public final class Admission {
    private final Services services;

    public Admission(Services services) {
        this.services = services;
    }

    /** Whether there still is a service that the grant is for, and its policy admits the user. */
    public boolean admits(Grant grant) {
        return admits(grant.userId(), grant.userName(), grant.resource());
    }

    /** Whether there still is a service at this resource, and its policy admits the user. */
    boolean admits(String userId, String userName, String resource) {
        return services.byResource(resource)
                .filter(service -> service.policy().admits(new User(userId, userName)))
                .isPresent();
    }

    /** Whether the client means this resource; a client that names none means the one that the grant is for. */
    boolean isSame(String granted, Optional<String> requested) {
        return requested
                .map(text -> services.byResource(text)
                        .map(ProtectedService::resource)
                        .filter(granted::equals)
                        .isPresent())
                .orElse(true);
    }
}
