package dev.mcpgateway.router.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.Security;
import org.junit.jupiter.api.Test;

final class LookUpTest {
    @Test
    void asksTheSystemAndLetsTheJvmKeepNoAnswerForLong() throws Exception {
        LookUp system = LookUp.system();

        assertThat(system.find("localhost")).anyMatch(InetAddress::isLoopbackAddress);
        assertThatThrownBy(() -> system.find("no-such-host.invalid")).isInstanceOf(UnknownHostException.class);
        assertThat(Security.getProperty(LookUp.TTL)).isEqualTo("1");
    }
}
