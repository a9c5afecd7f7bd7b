package dev.mcpgateway.system;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** What a browser makes of a form: where it goes, what is filled in already, and the values of its buttons. */
record HtmlForm(String action, Map<String, String> fields, List<Button> buttons) {
    private static final Pattern FORM = Pattern.compile("(?is)<form\\b([^>]*)>(.*?)</form>");
    private static final Pattern INPUT = Pattern.compile("(?is)<input\\b([^>]*)>");
    private static final Pattern BUTTON = Pattern.compile("(?is)<button\\b([^>]*)>");
    private static final Pattern ATTRIBUTE = Pattern.compile("([\\w:-]+)\\s*=\\s*(?:\"([^\"]*)\"|([^\\s\"'>]+))");

    record Button(String name, String value) {}

    /** The forms of a page, in order. */
    static List<HtmlForm> readAll(String html) {
        return FORM.matcher(html).results().map(HtmlForm::read).toList();
    }

    private static HtmlForm read(MatchResult form) {
        Map<String, String> fields = new LinkedHashMap<>();
        INPUT.matcher(form.group(2))
                .results()
                .map(input -> attributes(input.group(1)))
                .forEach(input -> {
                    String type = input.getOrDefault("type", "text");
                    if (input.containsKey("name") && !type.equals("radio") && !type.equals("submit")) {
                        fields.put(input.get("name"), input.getOrDefault("value", ""));
                    }
                });
        List<Button> buttons = BUTTON.matcher(form.group(2))
                .results()
                .map(button -> attributes(button.group(1)))
                .map(button -> new Button(button.getOrDefault("name", ""), button.getOrDefault("value", "")))
                .toList();
        return new HtmlForm(attributes(form.group(1)).getOrDefault("action", ""), fields, buttons);
    }

    private static Map<String, String> attributes(String tag) {
        Map<String, String> attributes = new LinkedHashMap<>();
        ATTRIBUTE
                .matcher(tag)
                .results()
                .forEach(each ->
                        attributes.put(each.group(1), decode(each.group(2) == null ? each.group(3) : each.group(2))));
        return attributes;
    }

    static String decode(String text) {
        return Pattern.compile("&#(x?)([0-9a-fA-F]+);")
                .matcher(text)
                .replaceAll(reference -> Character.toString(
                        Integer.parseInt(reference.group(2), reference.group(1).isEmpty() ? 10 : 16)))
                .replace("&lt;", "<")
                .replace("&gt;", ">")
                .replace("&quot;", "\"")
                .replace("&apos;", "'")
                .replace("&amp;", "&");
    }
}
