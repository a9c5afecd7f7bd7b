package dev.mcpgateway.storage.spi;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class RevocationCountersTest {
    private final RevocationCounters counters = new RevocationCounters();

    @Test
    void setsOutFromWhereTheStoreIs() {
        assertThat(counters.compare(Map.of("a", 41L))).isTrue();

        assertThat(counters.delivered("a", 42)).isTrue();
        assertThat(counters.delivered("new", 1)).isTrue();
        assertThat(counters.compare(Map.of("a", 42L, "new", 1L))).isTrue();
    }

    @Test
    void seesAGapInWhatIsDelivered() {
        counters.compare(Map.of("a", 41L));

        assertThat(counters.delivered("a", 43)).isFalse();
        assertThat(counters.delivered("new", 2)).isFalse();
    }

    @Test
    void takesADeliveryFromBeforeTheFirstComparisonForTheBeginning() {
        assertThat(counters.delivered("a", 7)).isTrue();
        assertThat(counters.compare(Map.of("a", 7L))).isTrue();
        assertThat(counters.compare(Map.of("a", 7L))).isTrue();
    }

    @Test
    void givesADeliveryUntilTheNextComparison() {
        counters.compare(Map.of());

        assertThat(counters.compare(Map.of("a", 1L))).isTrue();
        counters.delivered("a", 1);
        assertThat(counters.compare(Map.of("a", 1L))).isTrue();

        assertThat(counters.compare(Map.of("a", 2L))).isTrue();
        assertThat(counters.compare(Map.of("a", 2L))).isFalse();
    }

    @Test
    void seesAStoreThatWentBack() {
        counters.compare(Map.of("a", 5L));
        counters.compare(Map.of("a", 5L));

        assertThat(counters.compare(Map.of())).isFalse();
        assertThat(counters.compare(Map.of())).isTrue();
        assertThat(counters.delivered("a", 1)).isTrue();
    }
}
