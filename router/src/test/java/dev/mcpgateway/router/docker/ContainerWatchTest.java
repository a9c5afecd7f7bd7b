package dev.mcpgateway.router.docker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.router.upstream.LookUp;
import dev.mcpgateway.router.upstream.Upstream;
import dev.mcpgateway.router.upstream.UpstreamLimits;
import dev.mcpgateway.router.upstream.Upstreams;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ContainerWatchTest {
    private static final Duration NEVER = Duration.ofHours(1);
    private static final int MAX_BYTES = 100_000;
    private static final String ECHO = FakeDocker.container("echo", "public", "172.18.0.5", Map.of("a", "b"));
    private static final String FETCH = FakeDocker.container("fetch", "public", "172.18.0.6", Map.of());

    private final Upstreams upstreams = new Upstreams(UpstreamLimits.DEFAULTS, LookUp.system(), Duration.ofSeconds(10));
    private final LinkedBlockingQueue<String> told = new LinkedBlockingQueue<>();

    @TempDir
    private Path folder;

    @AfterEach
    void close() {
        upstreams.close();
    }

    private ContainerWatch watch(FakeDocker docker, Duration interval) throws IOException {
        Upstream place = Upstream.parse("DOCKER_API_URL", docker.url(), "/", DockerApi.timeouts());
        DockerApi api = new DockerApi(upstreams, place, "1.44", MAX_BYTES, interval);
        return ContainerWatch.start(api, interval, new ContainerWatch.Listener() {
            @Override
            public void listed(List<Container> containers) {
                told.add(containers.toString());
            }

            @Override
            public void unknown(String problem) {
                told.add(problem);
            }
        });
    }

    /** Whatever is told until then may come any number of times. */
    private void awaitTold(String expected) throws InterruptedException {
        String last = "nothing";
        while (!last.contains(expected)) {
            String next = told.poll(10, TimeUnit.SECONDS);
            assertThat(next).as("after: " + last).isNotNull();
            last = String.valueOf(next);
        }
    }

    private static void awaitStream(FakeDocker docker) {
        while (docker.streams() == 0) {
            LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
        }
    }

    @Test
    void listsAgainWhenSomethingHappens() throws Exception {
        try (FakeDocker docker = FakeDocker.overTcp().list(FETCH, ECHO);
                ContainerWatch _ = watch(docker, NEVER)) {
            awaitTold("[echo[public=172.18.0.5], fetch[public=172.18.0.6]]");
            awaitStream(docker);

            docker.list(FETCH).emit();
            awaitTold("[fetch[public=172.18.0.6]]");
        }
    }

    @Test
    void asksOverAUnixSocketToo() throws Exception {
        try (FakeDocker docker = FakeDocker.overSocket(folder.resolve("s")).list(ECHO);
                ContainerWatch _ = watch(docker, NEVER)) {
            awaitTold("[echo[public=172.18.0.5]]");
            awaitStream(docker);

            docker.list().emit();
            awaitTold("[]");
        }
    }

    @Test
    void listsAgainOnceALostStreamIsBack() throws Exception {
        try (FakeDocker docker = FakeDocker.overTcp().list(ECHO);
                ContainerWatch _ = watch(docker, NEVER)) {
            awaitTold("[echo");
            awaitStream(docker);

            docker.list(FETCH).breakStreams();
            awaitTold("[fetch");
        }
    }

    @Test
    void listsEverySoOftenAlthoughNothingIsHeard() throws Exception {
        try (FakeDocker docker = FakeDocker.overTcp().list(ECHO);
                ContainerWatch _ = watch(docker, Duration.ofMillis(300))) {
            awaitTold("[echo");
            docker.list(FETCH);
            awaitTold("[fetch");
        }
    }

    @Test
    void saysWhatAFilteringProxyMustAllow() throws Exception {
        try (FakeDocker docker = FakeDocker.overTcp().answer(403, "");
                ContainerWatch _ = watch(docker, Duration.ofMillis(300))) {
            awaitTold("refused with 403: the socket proxy must allow GET /containers/json and GET /events");

            docker.list(ECHO);
            awaitTold("[echo");
        }
    }

    @Test
    void refusesWhatIsNoListOrTooLong() throws Exception {
        try (FakeDocker docker = FakeDocker.overTcp().answer(200, "[{\"Id\":");
                ContainerWatch _ = watch(docker, Duration.ofMillis(300))) {
            awaitTold("the list of containers is not JSON, or nests 32 levels deep");
            docker.answer(200, "{\"message\":\"x\"}");
            awaitTold("the list of containers is no JSON array");
            docker.answer(200, "[" + "{},".repeat(MAX_BYTES / 3) + "{}]");
            awaitTold("the list of containers is longer than 100000 bytes (DOCKER_MAX_ANSWER_BYTES)");
            docker.answer(500, "");
            awaitTold("the list of containers was answered with 500");
        }
    }
}
