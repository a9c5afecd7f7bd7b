package dev.mcpgateway.router.http2;

import java.nio.charset.StandardCharsets;

/**
 * Decodes strings. The code is canonical, so the lengths of its words say all: the first word of a length follows the
 * last one of the length before, and words of a length are in the order of their symbols.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc7541#appendix-B">RFC 7541, appendix B</a>
 */
final class HuffmanCode {
    /** For each byte, and at last for the end of a string, the length of its word: A is 5 bits, Z is 30. */
    private static final String LENGTHS = "ISXXXXXXXTZXXZXXXXXXXXZXXXXXXXXXBFFHIBDGFFDGDBBBAAABBBBBBBCDKBHF"
            + "IBCCCCCCCCCCCCCCCCCCCCCCDCDIOIJBKABABABBBACCBBBABCBAABCCCCCKGJIX"
            + "PRPPRRRSRSSSSSTSTTRSTSSSSQRSRSSTRQPRRSSQSRRTQRSSQQRQSRSSPRRRSRRS"
            + "VVPORSRUVVVWWVTUOQVWWVWTQQVVXWWWPTPQRQQSRRUUTTVSVWVVWWWWWXWWWWWV"
            + "Z";

    private static final int MAX_BITS = 30;
    private static final int MAX_PADDING_BITS = 7;
    private static final int END_OF_STRING = 256;

    /** By length: the first word, how many there are, and where their symbols begin. */
    private static final int[] FIRST = new int[MAX_BITS + 1];

    private static final int[] COUNT = new int[MAX_BITS + 1];
    private static final int[] OFFSET = new int[MAX_BITS + 1];
    private static final int[] SYMBOLS = new int[LENGTHS.length()];

    static {
        int word = 0;
        int offset = 0;
        for (int bits = 1; bits <= MAX_BITS; bits++) {
            word <<= 1;
            FIRST[bits] = word;
            OFFSET[bits] = offset;
            for (int symbol = 0; symbol < LENGTHS.length(); symbol++) {
                if (LENGTHS.charAt(symbol) - 'A' + 5 == bits) {
                    SYMBOLS[offset++] = symbol;
                    COUNT[bits]++;
                    word++;
                }
            }
        }
    }

    private HuffmanCode() {}

    /** One character per byte. */
    static String decode(byte[] bytes, int offset, int length) throws Http2Exception {
        byte[] decoded = new byte[length * 8 / 5];
        int size = 0;
        int word = 0;
        int bits = 0;
        for (int i = 0; i < length * 8; i++) {
            word = (word << 1) | ((bytes[offset + i / 8] >> (7 - i % 8)) & 1);
            bits++;
            int place = word - FIRST[bits];
            if (place >= 0 && place < COUNT[bits]) {
                int symbol = SYMBOLS[OFFSET[bits] + place];
                if (symbol == END_OF_STRING) {
                    throw malformed();
                }
                decoded[size++] = (byte) symbol;
                word = 0;
                bits = 0;
            } else if (bits == MAX_BITS) {
                throw malformed();
            }
        }
        if (bits > MAX_PADDING_BITS || word != (1 << bits) - 1) {
            throw malformed();
        }
        return new String(decoded, 0, size, StandardCharsets.ISO_8859_1);
    }

    private static Http2Exception malformed() {
        return new Http2Exception(ErrorCode.COMPRESSION_ERROR, "A string is not in the Huffman code");
    }
}
