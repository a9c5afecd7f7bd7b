package dev.mcpgateway.oracle.web;

import dev.mcpgateway.oracle.language.Language;
import java.util.List;

/**
 * How to connect one client. docs/guide/connect.md says the same at length.
 *
 * @param client its name
 */
record ConnectSteps(String client, List<Step> steps) {
    /**
     * Something to do.
     *
     * @param code what to type or to copy; empty for nothing
     */
    record Step(String text, String code) {
        boolean hasCode() {
            return !code.isEmpty();
        }
    }

    ConnectSteps {
        steps = List.copyOf(steps);
    }

    static List<ConnectSteps> all(ServiceEntry service, Language language) {
        String name = service.name();
        String url = service.resource();
        Says say = (key, code) -> new Step(Message.of(key).in(language), code);
        return List.of(
                new ConnectSteps(
                        "Claude",
                        List.of(say.step("claude_1", ""), say.step("claude_2", url), say.step("claude_3", ""))),
                new ConnectSteps(
                        "Claude Code",
                        List.of(
                                say.step("claude_code_1", "claude mcp add --transport http %s %s".formatted(name, url)),
                                say.step("claude_code_2", ""))),
                new ConnectSteps(
                        "ChatGPT",
                        List.of(
                                say.step("chatgpt_1", ""),
                                say.step("chatgpt_2", url),
                                say.step("chatgpt_3", ""),
                                say.step("chatgpt_4", ""))),
                new ConnectSteps(
                        "VS Code", List.of(say.step("vscode_1", """
                                        {
                                          "servers": {
                                            "%s": { "type": "http", "url": "%s" }
                                          }
                                        }""".formatted(name, url)), say.step("vscode_2", ""))),
                new ConnectSteps(
                        "Cursor",
                        List.of(
                                say.step("cursor_1", servers(name, "\"url\": \"%s\"".formatted(url))),
                                say.step("cursor_2", ""))),
                new ConnectSteps(
                        "Windsurf",
                        List.of(
                                say.step("windsurf_1", servers(name, "\"serverUrl\": \"%s\"".formatted(url))),
                                say.step("windsurf_2", ""))),
                new ConnectSteps(
                        "MCP Inspector",
                        List.of(
                                say.step("inspector_1", "npx @modelcontextprotocol/inspector@2.12.0"),
                                say.step("inspector_2", url))),
                new ConnectSteps(
                        "mcp-remote",
                        List.of(
                                say.step(
                                        "mcp_remote_1",
                                        servers(
                                                name,
                                                "\"command\": \"npx\", \"args\": [\"mcp-remote@0.15.1\", \"%s\"]"
                                                        .formatted(url))),
                                say.step("mcp_remote_2", "npx mcp-remote@0.15.1 " + url))));
    }

    private interface Says {
        Step step(String key, String code);
    }

    private static String servers(String name, String members) {
        return """
                {
                  "mcpServers": {
                    "%s": { %s }
                  }
                }""".formatted(name, members);
    }
}
