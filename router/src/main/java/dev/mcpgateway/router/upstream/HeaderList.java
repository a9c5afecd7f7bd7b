package dev.mcpgateway.router.upstream;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Header fields in the order they came, duplicates kept. Names compare without regard to case. A value holds one
 * character per byte (ISO-8859-1), so that bytes of any encoding pass unchanged.
 *
 * <p>Immutable. What could split a message cannot be built: see {@link Header}.
 */
public record HeaderList(List<Header> headers) implements Iterable<HeaderList.Header> {
    /** No fields. */
    public static final HeaderList EMPTY = new HeaderList(List.of());

    public HeaderList {
        headers = List.copyOf(headers);
    }

    /**
     * One field line. Refused with {@link IllegalArgumentException} if the name is not a token, or the value holds a
     * control character other than the tab (CR, LF and NUL above all), a character above 0xFF, or white space at an
     * end.
     *
     * @param name a token (RFC 9110, section 5.6.2), spelled as received
     * @param value without white space around it; may be empty
     */
    public record Header(String name, String value) {
        public Header {
            if (!HttpGrammar.isToken(name)) {
                throw new IllegalArgumentException("A header name that is not an HTTP token");
            }
            if (!HttpGrammar.isFieldValue(value)) {
                throw new IllegalArgumentException(
                        "The value of header " + name + " holds a character that HTTP forbids");
            }
        }

        public boolean isNamed(String other) {
            return name.equalsIgnoreCase(other);
        }

        /** The name only: values may be credentials. */
        @Override
        public String toString() {
            return name;
        }
    }

    /** Takes name, value, name, value and so on. */
    public static HeaderList of(String... namesAndValues) {
        if (namesAndValues.length % 2 != 0) {
            throw new IllegalArgumentException("A header name without a value");
        }
        Builder builder = builder();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            builder.add(namesAndValues[i], namesAndValues[i + 1]);
        }
        return builder.build();
    }

    public static Builder builder() {
        return new Builder();
    }

    /** The value of the first field of that name. */
    public Optional<String> first(String name) {
        for (Header header : headers) {
            if (header.isNamed(name)) {
                return Optional.of(header.value());
            }
        }
        return Optional.empty();
    }

    /** The values of all fields of that name, one per line as received; commas are not split. */
    public List<String> all(String name) {
        if (!contains(name)) {
            return List.of(); // as for most names that anybody asks for
        }
        List<String> values = new ArrayList<>();
        for (Header header : headers) {
            if (header.isNamed(name)) {
                values.add(header.value());
            }
        }
        return List.copyOf(values);
    }

    public boolean contains(String name) {
        return first(name).isPresent();
    }

    /** The comma-separated elements of all fields of that name, in lower case and without blanks or empty elements. */
    public List<String> elements(String name) {
        List<String> elements = new ArrayList<>();
        for (String value : all(name)) {
            for (String part : value.split(",", -1)) {
                String element = HttpGrammar.trimBlanks(part).toLowerCase(Locale.ROOT);
                if (!element.isEmpty()) {
                    elements.add(element);
                }
            }
        }
        return List.copyOf(elements);
    }

    /** Only the fields whose name, as received, passes. */
    public HeaderList only(Predicate<String> name) {
        Builder passed = builder();
        for (Header header : headers) {
            if (name.test(header.name())) {
                passed.headers.add(header);
            }
        }
        return passed.build();
    }

    /** Without any field of that name. */
    public HeaderList without(String name) {
        return only(candidate -> !candidate.equalsIgnoreCase(name));
    }

    /** With one more field at the end. */
    public HeaderList with(String name, String value) {
        return builder().addAll(this).add(name, value).build();
    }

    public Stream<Header> stream() {
        return headers.stream();
    }

    @Override
    public Iterator<Header> iterator() {
        return headers.iterator();
    }

    /** The names only: values may be credentials. */
    @Override
    public String toString() {
        return headers.stream().map(Header::name).collect(Collectors.joining(", ", "[", "]"));
    }

    /** Collects fields in order. Not for several threads. */
    public static final class Builder {
        private final List<Header> headers = new ArrayList<>();

        private Builder() {}

        /** Refuses what cannot stand in an HTTP message; see {@link Header}. */
        public Builder add(String name, String value) {
            headers.add(new Header(name, value));
            return this;
        }

        public Builder addAll(HeaderList others) {
            headers.addAll(others.headers);
            return this;
        }

        public HeaderList build() {
            return new HeaderList(headers);
        }
    }
}
