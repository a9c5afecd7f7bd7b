package dev.mcpgateway.router.docker;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** A JSON value. Numbers that are no 64-bit integer are nothing in particular, as are true, false and null. */
sealed interface Json {
    record Members(Map<String, Json> byName) implements Json {
        public Members {
            byName = new LinkedHashMap<>(byName);
        }
    }

    record Items(List<Json> all) implements Json {
        public Items {
            all = List.copyOf(all);
        }
    }

    record Text(String value) implements Json {}

    record Whole(long value) implements Json {}

    record Other() implements Json {}

    /**
     * Reads a whole document, strictly by the grammar, at most {@value Reader#MAX_DEPTH} levels deep.
     *
     * @throws IOException if it is none
     * @see <a href="https://www.rfc-editor.org/rfc/rfc8259#section-2">RFC 8259, section 2</a>
     */
    static Json parse(String document) throws IOException {
        Reader reader = new Reader(document);
        Json value = reader.value(0);
        reader.requireEnd();
        return value;
    }

    /** The member of that name; nothing in particular if there is none. */
    default Json get(String name) {
        return this instanceof Members(var byName) ? byName.getOrDefault(name, new Other()) : new Other();
    }

    default Optional<String> text() {
        return this instanceof Text(var value) ? Optional.of(value) : Optional.empty();
    }

    /** The items of an array, none for anything else. */
    default Stream<Json> items() {
        return this instanceof Items(var all) ? all.stream() : Stream.empty();
    }

    /** The members of an object, none for anything else. */
    default Map<String, Json> members() {
        return this instanceof Members(var byName) ? byName : Map.of();
    }

    /** Reads from left to right. */
    final class Reader {
        static final int MAX_DEPTH = 32;

        private final String text;
        private int at;

        private Reader(String text) {
            this.text = text;
        }

        private Json value(int depth) throws IOException {
            if (depth > MAX_DEPTH) {
                throw wrong("it nests too deep");
            }
            skipBlanks();
            return switch (peek()) {
                case '{' -> members(depth);
                case '[' -> items(depth);
                case '"' -> new Text(string());
                case 't' -> word("true");
                case 'f' -> word("false");
                case 'n' -> word("null");
                default -> number();
            };
        }

        private Json members(int depth) throws IOException {
            Map<String, Json> members = new LinkedHashMap<>();
            at++;
            if (skipped('}')) {
                return new Members(members);
            }
            do {
                skipBlanks();
                String name = string();
                require(':');
                members.put(name, value(depth + 1));
            } while (skipped(','));
            require('}');
            return new Members(members);
        }

        private Json items(int depth) throws IOException {
            List<Json> items = new ArrayList<>();
            at++;
            if (skipped(']')) {
                return new Items(items);
            }
            do {
                items.add(value(depth + 1));
            } while (skipped(','));
            require(']');
            return new Items(items);
        }

        private String string() throws IOException {
            if (peek() != '"') {
                throw wrong("a string is missing");
            }
            at++;
            StringBuilder value = new StringBuilder();
            while (peek() != '"') {
                char c = text.charAt(at++);
                if (c < ' ') {
                    throw wrong("a string holds a control character");
                }
                value.append(c == '\\' ? escaped() : c);
            }
            at++;
            return value.toString();
        }

        private char escaped() throws IOException {
            char c = peek();
            at++;
            return switch (c) {
                case '"', '\\', '/' -> c;
                case 'b' -> '\b';
                case 'f' -> '\f';
                case 'n' -> '\n';
                case 'r' -> '\r';
                case 't' -> '\t';
                case 'u' -> hex();
                default -> throw wrong("a string holds an unknown escape");
            };
        }

        private char hex() throws IOException {
            int value = 0;
            for (int i = 0; i < 4; i++) {
                int digit = Character.digit(peek(), 16);
                if (digit < 0 || peek() > 'f') {
                    throw wrong("a string holds an unknown escape");
                }
                value = value * 16 + digit;
                at++;
            }
            return (char) value;
        }

        private Json word(String word) throws IOException {
            if (!text.startsWith(word, at)) {
                throw wrong("a value is missing");
            }
            at += word.length();
            return new Other();
        }

        private Json number() throws IOException {
            int start = at;
            while (at < text.length() && "+-.0123456789eE".indexOf(text.charAt(at)) >= 0) {
                at++;
            }
            String number = text.substring(start, at);
            if (!number.matches("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?")) {
                throw wrong("a value is missing");
            }
            return number.matches("-?[0-9]{1,18}") ? new Whole(Long.parseLong(number)) : new Other();
        }

        private void requireEnd() throws IOException {
            skipBlanks();
            if (at < text.length()) {
                throw wrong("something follows its end");
            }
        }

        private void require(char sign) throws IOException {
            if (!skipped(sign)) {
                throw wrong("'%c' is missing".formatted(sign));
            }
        }

        private boolean skipped(char sign) {
            skipBlanks();
            boolean found = at < text.length() && text.charAt(at) == sign;
            at += found ? 1 : 0;
            return found;
        }

        private void skipBlanks() {
            while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
                at++;
            }
        }

        private char peek() throws IOException {
            if (at >= text.length()) {
                throw wrong("it ends early");
            }
            return text.charAt(at);
        }

        private IOException wrong(String problem) {
            return new IOException("is not JSON (character %d: %s)".formatted(at + 1, problem));
        }
    }
}
