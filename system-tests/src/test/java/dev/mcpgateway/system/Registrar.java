package dev.mcpgateway.system;

import static dev.mcpgateway.system.Web.json;
import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import java.net.URI;
import java.net.http.HttpResponse;
import java.util.List;

/** Where clients of one service register: its authorization server, as they discover it. */
final class Registrar {
    static final String PUBLIC = "none";
    private static final String DEVICE = "urn:ietf:params:oauth:grant-type:device_code";

    static final String CONFIDENTIAL = "client_secret_post";

    private final Web web;
    private final URI service;
    private final JsonObject server;

    private Registrar(Web web, URI service, JsonObject server) {
        this.web = web;
        this.service = service;
        this.server = server;
    }

    static Registrar of(Web web, URI service) {
        URI metadata = service.resolve("/.well-known/oauth-protected-resource" + service.getPath());
        String issuer =
                json(web.get(metadata)).getJsonArray("authorization_servers").getString(0);
        return new Registrar(
                web, service, json(web.get(URI.create(issuer + "/.well-known/oauth-authorization-server"))));
    }

    /** @param authentication how the client wants to prove itself: {@link #PUBLIC} or {@link #CONFIDENTIAL} */
    HttpResponse<String> ask(String authentication) {
        return web.postJson(
                URI.create(server.getString("registration_endpoint")),
                Json.createObjectBuilder()
                        .add("client_name", "Java system test")
                        .add("redirect_uris", array(Client.REDIRECT_URI))
                        .add("grant_types", array("authorization_code", "refresh_token", DEVICE))
                        .add("token_endpoint_auth_method", authentication)
                        .build());
    }

    Client register(String authentication) {
        return client(ask(authentication));
    }

    /** The client that an answer registered. */
    Client client(HttpResponse<String> registered) {
        assertThat(registered.statusCode()).as(registered.body()).isEqualTo(201);
        JsonObject client = json(registered);
        return new Client(web, service, server, client.getString("client_id"), client.getString("client_secret", null));
    }

    private static JsonArrayBuilder array(String... values) {
        return Json.createArrayBuilder(List.of(values));
    }
}
