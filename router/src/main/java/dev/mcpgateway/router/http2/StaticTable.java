package dev.mcpgateway.router.http2;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The fields that both sides know from the start; the first one has index 1.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc7541#appendix-A">RFC 7541, appendix A</a>
 */
final class StaticTable {
    private static final String FIELDS = ":authority :method=GET :method=POST :path=/ :path=/index.html :scheme=http"
            + " :scheme=https :status=200 :status=204 :status=206 :status=304 :status=400 :status=404 :status=500"
            + " accept-charset accept-encoding=gzip,_deflate accept-language accept-ranges accept"
            + " access-control-allow-origin age allow authorization cache-control content-disposition"
            + " content-encoding content-language content-length content-location content-range content-type cookie"
            + " date etag expect expires from host if-match if-modified-since if-none-match if-range"
            + " if-unmodified-since last-modified link location max-forwards proxy-authenticate proxy-authorization"
            + " range referer refresh retry-after server set-cookie strict-transport-security transfer-encoding"
            + " user-agent vary via www-authenticate";
    private static final List<Field> TABLE = new ArrayList<>();
    private static final Map<Field, Integer> INDEX_BY_FIELD = new HashMap<>();
    private static final Map<String, Integer> INDEX_BY_NAME = new HashMap<>();

    static {
        for (String written : FIELDS.split(" ", -1)) {
            String[] parts = written.split("=", 2);
            Field field = new Field(parts[0], parts.length == 1 ? "" : parts[1].replace('_', ' '));
            TABLE.add(field);
            INDEX_BY_FIELD.putIfAbsent(field, TABLE.size());
            INDEX_BY_NAME.putIfAbsent(field.name(), TABLE.size());
        }
    }

    static final int SIZE = TABLE.size();

    private StaticTable() {}

    /** @param index from 1 to {@link #SIZE} */
    static Field get(int index) {
        return TABLE.get(index - 1);
    }

    /** 0 if there is none. */
    static int indexOf(Field field) {
        return INDEX_BY_FIELD.getOrDefault(field, 0);
    }

    /** The first index of that name; 0 if there is none. */
    static int indexOf(String name) {
        return INDEX_BY_NAME.getOrDefault(name, 0);
    }
}
