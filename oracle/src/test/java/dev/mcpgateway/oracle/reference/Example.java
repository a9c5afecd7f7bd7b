package dev.mcpgateway.oracle.reference;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One fenced block of a Markdown file that holds an HTTP message.
 *
 * @param kind what stands behind {@code http} in the fence: {@code request}, {@code answer} or {@code onward}, which is
 *     where the browser arrives after the person has allowed the request before it and signed in
 * @param line where the block begins in the file, for messages
 * @param start the first line of the message
 * @param body empty if there is none
 */
record Example(String kind, int line, String start, Map<String, String> headers, String body) {
    private static final String FENCE = "```";
    private static final String OPENING = FENCE + "http ";

    /** The blocks of the file in their order; those of another language are passed over. */
    static List<Example> parse(List<String> lines) {
        List<Example> examples = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).startsWith(OPENING)) {
                int end = i + 1;
                while (!lines.get(end).equals(FENCE)) {
                    end++;
                }
                examples.add(parse(lines.get(i).substring(OPENING.length()), i + 1, lines.subList(i + 1, end)));
                i = end;
            }
        }
        return examples;
    }

    private static Example parse(String kind, int line, List<String> message) {
        int blank = message.indexOf("");
        int headEnd = blank < 0 ? message.size() : blank;
        Map<String, String> headers = new LinkedHashMap<>();
        for (String field : message.subList(1, headEnd)) {
            int colon = field.indexOf(": ");
            headers.put(field.substring(0, colon), field.substring(colon + 2));
        }
        String body = blank < 0 ? "" : String.join("\n", message.subList(blank + 1, message.size()));
        return new Example(kind, line, message.getFirst(), headers, body);
    }
}
