package dev.mcpgateway.router.http2;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Decompresses header blocks, which depend on those before them. Not for several threads.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc7541">RFC 7541</a>
 */
final class HpackDecoder {
    private static final int TABLE_BYTES = 4_096;
    private static final int MAX_INTEGER = 1 << 24;

    private final int maxListBytes;
    private final List<Field> table = new ArrayList<>();
    private int tableBytes;
    private int tableLimit = TABLE_BYTES;

    private byte[] block = {};
    private int position;

    /**
     * @param fields in order; not all of them if there are too many
     * @param isTooLarge whether there are more
     */
    record HeaderFields(List<Field> fields, boolean isTooLarge) {
        HeaderFields {
            fields = List.copyOf(fields);
        }
    }

    /** @param maxListBytes as RFC 9113, section 6.5.2 counts them; what is beyond is decoded and not kept */
    HpackDecoder(int maxListBytes) {
        this.maxListBytes = maxListBytes;
    }

    /** @throws Http2Exception if the block is malformed, after which no other can be decoded */
    HeaderFields decode(byte[] headerBlock) throws Http2Exception {
        block = headerBlock;
        position = 0;
        List<Field> fields = new ArrayList<>();
        long size = 0;
        while (position < block.length) {
            int first = block[position] & 0xFF;
            if ((first & 0xE0) == 0x20) {
                resize(fields);
                continue;
            }
            Field field = (first & 0x80) != 0 ? indexed(integer(7)) : literal(first);
            size += field.bytes();
            if (size <= maxListBytes) {
                fields.add(field);
            }
        }
        block = new byte[0];
        return new HeaderFields(fields, size > maxListBytes);
    }

    private void resize(List<Field> fieldsBefore) throws Http2Exception {
        int limit = integer(5);
        if (limit > TABLE_BYTES || !fieldsBefore.isEmpty()) {
            throw malformed("A table is resized too far or too late");
        }
        tableLimit = limit;
        evict();
    }

    private Field literal(int first) throws Http2Exception {
        boolean kept = (first & 0x40) != 0;
        int index = integer(kept ? 6 : 4);
        String name = index == 0 ? string() : indexed(index).name();
        Field field = new Field(name, string());
        if (kept) {
            table.addFirst(field);
            tableBytes += field.bytes();
            evict();
        }
        return field;
    }

    private void evict() {
        while (tableBytes > tableLimit) {
            tableBytes -= table.removeLast().bytes();
        }
    }

    private Field indexed(int index) throws Http2Exception {
        if (index >= 1 && index <= StaticTable.SIZE) {
            return StaticTable.get(index);
        }
        int dynamic = index - StaticTable.SIZE - 1;
        if (dynamic < 0 || dynamic >= table.size()) {
            throw malformed("There is no field of that index");
        }
        return table.get(dynamic);
    }

    private int integer(int prefixBits) throws Http2Exception {
        int mask = (1 << prefixBits) - 1;
        int value = next() & mask;
        if (value < mask) {
            return value;
        }
        for (int shift = 0; shift <= 21; shift += 7) {
            int more = next();
            value += (more & 0x7F) << shift;
            if (value > MAX_INTEGER) {
                break;
            }
            if ((more & 0x80) == 0) {
                return value;
            }
        }
        throw malformed("A number is too large");
    }

    private String string() throws Http2Exception {
        boolean coded = position < block.length && (block[position] & 0x80) != 0;
        int length = integer(7);
        if (length > block.length - position) {
            throw malformed("A string is longer than its block");
        }
        int start = position;
        position += length;
        return coded
                ? HuffmanCode.decode(block, start, length)
                : new String(block, start, length, StandardCharsets.ISO_8859_1);
    }

    private int next() throws Http2Exception {
        if (position == block.length) {
            throw malformed("A header block ends too early");
        }
        return block[position++] & 0xFF;
    }

    private static Http2Exception malformed(String message) {
        return new Http2Exception(ErrorCode.COMPRESSION_ERROR, message);
    }
}
