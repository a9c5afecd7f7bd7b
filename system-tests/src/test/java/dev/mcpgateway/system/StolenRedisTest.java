package dev.mcpgateway.system;

import static dev.mcpgateway.system.Client.tokens;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.storage.redis.testing.RedisServer;
import dev.mcpgateway.system.Client.Authorization;
import dev.mcpgateway.system.Client.Tokens;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whoever steals the files of Redis, which hold every write that it ever got, or a log, has nothing to sign in with.
 */
@Timeout(120)
class StolenRedisTest {
    private final Set<String> secrets = new HashSet<>();

    private RedisServer redis;
    private Deployment deployment;
    private Web web;

    @BeforeEach
    void start(@TempDir Path folder) throws IOException {
        redis = RedisServer.start(folder.resolve("redis"));
        deployment = Deployment.start(folder, redis.url(), 1);
        web = new Web(deployment.certificates());
    }

    @AfterEach
    void stop() {
        web.close();
        deployment.close();
        redis.close();
    }

    @Test
    void holdsNoSecretThatAnybodyWasGiven() throws IOException {
        Registrar registrar = Registrar.of(web, deployment.echo());
        Client open = registrar.register(Registrar.PUBLIC);
        Client confidential = registrar.register(Registrar.CONFIDENTIAL);
        secrets.add(confidential.secret());
        secrets.add(deployment.github().app().clientSecret());
        useAndRevoke(open);
        useAndRevoke(confidential);
        secrets.addAll(web.cookies());

        String stolen = everythingIn(redis.folder());

        assertThat(secrets).hasSizeGreaterThan(20).noneMatch(String::isBlank);
        assertThat(stolen).contains(open.id(), confidential.id(), deployment.idOf("alice"));
        assertThat(secrets.stream().filter(stolen::contains)).isEmpty();
        saysNoneOfThemInALog(open, confidential);
    }

    /** Not even what was refused, which may be somebody else's. */
    private void saysNoneOfThemInALog(Client open, Client confidential) throws IOException {
        String guessed = "guessed-" + open.id();
        assertThat(open.redeem(guessed, guessed).statusCode()).isEqualTo(400);
        assertThat(open.refresh(guessed).statusCode()).isEqualTo(400);
        assertThat(open.initialize(guessed).statusCode()).isEqualTo(401);
        assertThat(web.get(URI.create(deployment.issuer() + "/callback?state=" + guessed + "&code=" + guessed))
                        .statusCode())
                .isEqualTo(400);
        secrets.add(guessed);
        secrets.addAll(deployment.secrets());

        String logs = deployment.logs();

        assertThat(logs).contains(open.id(), confidential.id(), "token.refreshed", "\"path\":\"/echo/mcp\"");
        assertThat(secrets.stream().filter(logs::contains)).isEmpty();
    }

    private void useAndRevoke(Client client) {
        Tokens first = signIn(client);
        Tokens second = seen(tokens(client.refresh(first.refresh())));
        assertThat(client.initialize(second.access()).statusCode()).isEqualTo(200);
        assertThat(client.revoke(signIn(client).refresh()).statusCode()).isEqualTo(200);
    }

    private Tokens signIn(Client client) {
        Authorization authorization = client.authorize();
        User user = new User("alice", web);
        URI callback =
                user.followUntil(authorization.uri(), deployment.callback().toString());
        secrets.addAll(User.query(callback).values());
        Map<String, String> answer = User.query(user.followUntil(callback, Client.REDIRECT_URI));
        String code = Objects.requireNonNull(answer.get("code"), "no code");
        secrets.add(code);
        secrets.add(authorization.verifier());
        return seen(tokens(client.redeem(code, authorization.verifier())));
    }

    /** Of a refresh token also what makes it one: the family's secret, and the proof that it is ours. */
    private Tokens seen(Tokens tokens) {
        secrets.addAll(List.of(tokens.access(), tokens.refresh()));
        List<String> parts = List.of(tokens.refresh().split("\\.", -1));
        secrets.addAll(parts.subList(parts.size() - 2, parts.size()));
        return tokens;
    }

    private static String everythingIn(Path folder) throws IOException {
        StringBuilder everything = new StringBuilder();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                everything.append(Files.readString(file, StandardCharsets.ISO_8859_1));
            }
        }
        return everything.toString();
    }
}
