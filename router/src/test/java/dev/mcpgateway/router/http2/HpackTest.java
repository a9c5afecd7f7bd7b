package dev.mcpgateway.router.http2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** With the examples of RFC 7541, appendix C. */
class HpackTest {
    private static final int LIST_BYTES = 32_768;

    private static List<Field> decode(HpackDecoder decoder, String hex) throws Http2Exception {
        return decoder.decode(HexFormat.of().parseHex(hex.replace(" ", ""))).fields();
    }

    @Test
    void decodesRequestsOfOneConnection() throws Http2Exception {
        for (String[] blocks : new String[][] {
            {
                "8286 8441 0f77 7777 2e65 7861 6d70 6c65 2e63 6f6d",
                "8286 84be 5808 6e6f 2d63 6163 6865",
                "8287 85bf 400a 6375 7374 6f6d 2d6b 6579 0c63 7573 746f 6d2d 7661 6c75 65"
            },
            {
                "8286 8441 8cf1 e3c2 e5f2 3a6b a0ab 90f4 ff",
                "8286 84be 5886 a8eb 1064 9cbf",
                "8287 85bf 4088 25a8 49e9 5ba9 7d7f 8925 a849 e95b b8e8 b4bf"
            }
        }) {
            HpackDecoder decoder = new HpackDecoder(LIST_BYTES);

            assertThat(decode(decoder, blocks[0]))
                    .containsExactly(
                            new Field(":method", "GET"),
                            new Field(":scheme", "http"),
                            new Field(":path", "/"),
                            new Field(":authority", "www.example.com"));
            assertThat(decode(decoder, blocks[1]))
                    .endsWith(new Field(":authority", "www.example.com"), new Field("cache-control", "no-cache"));
            assertThat(decode(decoder, blocks[2]))
                    .containsExactly(
                            new Field(":method", "GET"),
                            new Field(":scheme", "https"),
                            new Field(":path", "/index.html"),
                            new Field(":authority", "www.example.com"),
                            new Field("custom-key", "custom-value"));
        }
    }

    @Test
    void forgetsTheOldestFieldsOfATableThatIsFull() throws Http2Exception {
        HpackDecoder decoder = new HpackDecoder(LIST_BYTES);
        String value = "7f e1 0f" + "61".repeat(2_144);

        decode(decoder, "4001 78" + value);
        decode(decoder, "4001 79" + value);

        assertThat(decode(decoder, "be").getFirst().name()).isEqualTo("y");
        assertThatThrownBy(() -> decode(decoder, "bf")).isInstanceOf(Http2Exception.class);
    }

    @Test
    void keepsNoMoreThanTheBoundOfAListAndGoesOn() throws Http2Exception {
        HpackDecoder decoder = new HpackDecoder(100);

        HpackDecoder.HeaderFields many = decoder.decode(HexFormat.of().parseHex("82".repeat(1_000)));

        assertThat(many.isTooLarge()).isTrue();
        assertThat(many.fields()).hasSize(2);
        assertThat(decode(decoder, "82")).containsExactly(new Field(":method", "GET"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "80",
                "be",
                "ff",
                "ffffffffffff",
                "3fe21f",
                "8220",
                "00",
                "0001",
                "000161",
                "0005 6162",
                "0084ffffffff00",
                "008100",
                "0081fe",
                "00820aff",
                "40",
                "7fffffffffff0f"
            })
    void refusesMalformedBlocks(String hex) {
        assertThatThrownBy(() -> decode(new HpackDecoder(LIST_BYTES), hex))
                .isInstanceOfSatisfying(
                        Http2Exception.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.COMPRESSION_ERROR));
    }

    @Test
    void readsWhatTheEncoderWrites() throws Http2Exception {
        List<Field> fields = List.of(
                new Field(":status", "200"),
                new Field(":status", "421"),
                new Field("content-type", "text/plain"),
                new Field("x-name", "J\u00f6rg\u0080\u00ff"),
                new Field("x-long", "v".repeat(20_000)),
                new Field("x-empty", ""));

        assertThat(new HpackDecoder(LIST_BYTES)
                        .decode(HpackEncoder.encode(fields))
                        .fields())
                .isEqualTo(fields);
    }

    @Test
    void fallsOverNothingWhateverTheBytes() {
        Random random = new Random(7541);
        for (int i = 0; i < 200_000; i++) {
            byte[] block = new byte[random.nextInt(40)];
            random.nextBytes(block);
            try {
                HpackDecoder.HeaderFields fields = new HpackDecoder(1_000).decode(block);

                assertThat(fields.fields().stream().mapToInt(Field::bytes).sum())
                        .isLessThanOrEqualTo(1_000);
            } catch (Http2Exception e) {
                assertThat(e.code()).isEqualTo(ErrorCode.COMPRESSION_ERROR);
            }
        }
    }
}
