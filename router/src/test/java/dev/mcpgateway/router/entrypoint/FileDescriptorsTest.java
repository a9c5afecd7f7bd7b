package dev.mcpgateway.router.entrypoint;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FileDescriptorsTest {
    @Test
    void readsTheLimitThatHoldsNow() {
        String limits = """
                Limit                     Soft Limit           Hard Limit           Units
                Max processes             95957                95957                processes
                Max open files            1024                 524288               files
                """;

        assertThat(FileDescriptors.limit(limits)).hasValue(1024);
        assertThat(FileDescriptors.limit(limits.replace("1024 ", "unlimited "))).isEmpty();
        assertThat(FileDescriptors.limit("")).isEmpty();
    }

    @Test
    void leavesDescriptorsForUpstreamsAndFiles() {
        assertThat(FileDescriptors.connections(20_000)).isBetween(5_000L, 10_000L);
        assertThat(FileDescriptors.connections(200)).isNegative();
    }
}
