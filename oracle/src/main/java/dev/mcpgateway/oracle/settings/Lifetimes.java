package dev.mcpgateway.oracle.settings;

import java.time.Duration;

/**
 * How long things live.
 *
 * @param code an authorization code
 * @param device a device that waits for a person
 * @param login a sign-in, from the consent page to the way back
 * @param accessToken an access token
 * @param refreshToken a grant that is not used
 * @param grant a grant in any case
 * @param refreshGrace how long the previous refresh token still yields the same successor; zero for never
 * @param client a registration beyond the end of its last grant; zero for ever
 * @param unusedClient a registration that never got a grant
 * @param verdict an allowing answer of {@code /verify}, for equal requests; zero if it is for one alone
 * @param session somebody who is signed in to look after their connections
 * @param clockSkew how far the clocks of several oracles may differ
 */
public record Lifetimes(
        Duration code,
        Duration device,
        Duration login,
        Duration accessToken,
        Duration refreshToken,
        Duration grant,
        Duration refreshGrace,
        Duration client,
        Duration unusedClient,
        Duration verdict,
        Duration session,
        Duration clockSkew) {}
