package dev.mcpgateway.router.http2;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Writes header blocks that depend on nothing before them: no table is kept, so no secret can be guessed from sizes.
 */
final class HpackEncoder {
    private static final int NO_TABLE = 0x20;

    private HpackEncoder() {}

    /** @param fields names in lower case */
    static byte[] encode(List<Field> fields) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(512);
        out.write(NO_TABLE);
        for (Field field : fields) {
            int known = StaticTable.indexOf(field);
            if (known > 0) {
                integer(out, 0x80, 7, known);
            } else {
                int name = StaticTable.indexOf(field.name());
                integer(out, 0, 4, name);
                if (name == 0) {
                    string(out, field.name());
                }
                string(out, field.value());
            }
        }
        return out.toByteArray();
    }

    private static void string(ByteArrayOutputStream out, String text) {
        integer(out, 0, 7, text.length());
        out.writeBytes(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static void integer(ByteArrayOutputStream out, int flags, int prefixBits, int value) {
        int mask = (1 << prefixBits) - 1;
        if (value < mask) {
            out.write(flags | value);
            return;
        }
        out.write(flags | mask);
        int left = value - mask;
        while (left >= 0x80) {
            out.write((left & 0x7F) | 0x80);
            left >>>= 7;
        }
        out.write(left);
    }
}
