package dev.mcpgateway.router.docker;

import dev.mcpgateway.router.upstream.HeaderList;
import dev.mcpgateway.router.upstream.RequestBody;
import dev.mcpgateway.router.upstream.Upstream;
import dev.mcpgateway.router.upstream.UpstreamRequest;
import dev.mcpgateway.router.upstream.UpstreamResponse;
import dev.mcpgateway.router.upstream.UpstreamTimeouts;
import dev.mcpgateway.router.upstream.Upstreams;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;

/**
 * The two questions that are put to Docker, both of them {@code GET}: which containers run, and what happens.
 *
 * @param place of the API
 * @param version such as {@code 1.44}
 * @param maxBytes the largest list that is read
 * @param silence after which a stream of events is opened anew
 */
public record DockerApi(Upstreams upstreams, Upstream place, String version, int maxBytes, Duration silence) {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final String RUNNING = "{\"status\":[\"running\"]}";
    private static final String EVENTS =
            "{\"type\":[\"container\",\"network\"],\"event\":[\"start\",\"die\",\"destroy\","
                    + "\"rename\",\"pause\",\"unpause\",\"connect\",\"disconnect\"]}";

    /** How long its steps may take. */
    public static UpstreamTimeouts timeouts() {
        return new UpstreamTimeouts(PATIENCE, PATIENCE, PATIENCE, PATIENCE.multipliedBy(2));
    }

    /**
     * The containers that run now, by name.
     *
     * @throws IOException saying why nobody knows
     */
    List<Container> containers() throws IOException {
        try (UpstreamResponse response = upstreams.send(place, question("/containers/json", RUNNING, timeouts()))) {
            requireSuccess(response, "the list of containers");
            byte[] list = response.readUpTo(maxBytes + 1);
            if (list.length > maxBytes) {
                throw new IOException(
                        "the list of containers is longer than %d bytes (DOCKER_MAX_ANSWER_BYTES)".formatted(maxBytes));
            }
            Json parsed = parse(new String(list, StandardCharsets.UTF_8));
            return parsed.items()
                    .map(Container::of)
                    .sorted(Comparator.comparing(Container::name))
                    .toList();
        }
    }

    /**
     * Opens the stream of what happens to containers and networks. Something has happened whenever bytes come; what it
     * was, the list tells.
     */
    UpstreamResponse events() throws IOException {
        UpstreamTimeouts timeouts = new UpstreamTimeouts(PATIENCE, PATIENCE, silence, Duration.ZERO);
        UpstreamResponse response = upstreams.send(place, question("/events", EVENTS, timeouts));
        try {
            requireSuccess(response, "the stream of events");
            return response;
        } catch (IOException e) {
            response.close();
            throw e;
        }
    }

    private static Json parse(String list) throws IOException {
        try {
            Json parsed = Json.parse(list);
            if (parsed instanceof Json.Items) {
                return parsed;
            }
        } catch (IOException e) {
            throw new IOException("the list of containers " + e.getMessage(), e);
        }
        throw new IOException("the list of containers is no JSON array");
    }

    private void requireSuccess(UpstreamResponse response, String what) throws IOException {
        switch (response.status()) {
            case 200 -> {}
            case 403 ->
                throw new IOException(
                        "%s was refused with 403: the socket proxy must allow GET /containers/json and GET /events"
                                .formatted(what));
            case 400 ->
                throw new IOException(
                        "%s was refused with 400: does Docker speak version %s of its API (DOCKER_API_VERSION)?"
                                .formatted(what, version));
            default -> throw new IOException("%s was answered with %d".formatted(what, response.status()));
        }
    }

    private UpstreamRequest question(String path, String filters, UpstreamTimeouts timeouts) {
        String target =
                "/v%s%s?filters=%s".formatted(version, path, URLEncoder.encode(filters, StandardCharsets.UTF_8));
        return new UpstreamRequest(
                "GET", target, HeaderList.of("Accept", "application/json"), RequestBody.NONE, timeouts);
    }
}
