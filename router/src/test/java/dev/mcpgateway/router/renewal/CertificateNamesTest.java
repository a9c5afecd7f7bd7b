package dev.mcpgateway.router.renewal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.settings.Problems;
import java.net.URI;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CertificateNamesTest {
    private static final URI PUBLIC = URI.create("https://acme-v02.api.letsencrypt.org/directory");
    private static final URI PRIVATE = URI.create("https://ca.corp.example.com/acme/directory");

    private final Problems problems = new Problems();

    @Test
    void eachHostHasItsOwn() {
        CertificateNames.Plan plan =
                names(PUBLIC).plan(Set.of("b.gateway.example.com", "a.gateway.example.com", "gateway.example.com"));

        assertThat(plan.wanted())
                .extracting(WantedCertificate::name)
                .containsExactly("a.gateway.example.com", "b.gateway.example.com", "gateway.example.com");
        assertThat(plan.wanted().getFirst().dnsNames()).containsExactly("a.gateway.example.com");
    }

    @Test
    void aWildcardServesItsDomainAndOneLevelBelow() {
        CertificateNames.Plan plan = names(PUBLIC, "example.com")
                .plan(Set.of("example.com", "a.example.com", "b.example.com", "x.a.example.com", "notexample.com"));

        assertThat(plan.wanted())
                .extracting(WantedCertificate::name)
                .containsExactly("*.example.com", "notexample.com", "x.a.example.com");
        assertThat(plan.wanted().getFirst().dnsNames()).containsExactly("*.example.com", "example.com");
        assertThat(plan.wanted().getFirst().hosts())
                .containsExactlyInAnyOrder("example.com", "a.example.com", "b.example.com");
    }

    @Test
    void aWildcardThatNoHostUsesIsNotWanted() {
        assertThat(names(PUBLIC, "*.other.com").plan(Set.of("a.example.com")).wanted())
                .extracting(WantedCertificate::name)
                .containsExactly("a.example.com");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost",
                "a.localhost",
                "router",
                "printer.local",
                "a.internal",
                "a.test",
                "192.0.2.7",
                "2001:db8::7",
                "x_y.example.com",
                "a.home.arpa",
                "-a.example.com"
            })
    void whatNoPublicAuthorityCertifiesStaysLocal(String host) {
        CertificateNames.Plan plan = names(PUBLIC).plan(Set.of(host));

        assertThat(plan.wanted()).isEmpty();
        assertThat(plan.local()).containsOnlyKeys(host);
    }

    @Test
    void aPrivateAuthorityCertifiesPrivateDomains() {
        CertificateNames.Plan plan = names(PRIVATE).plan(Set.of("a.test", "b.internal", "localhost", "192.0.2.7"));

        assertThat(plan.wanted()).extracting(WantedCertificate::name).containsExactly("a.test", "b.internal");
        assertThat(plan.local()).containsOnlyKeys("localhost", "192.0.2.7");
    }

    @Test
    void wildcardsThatCannotBeAreReported() {
        CertificateNames.read(List.of("exa mple.com", "*", "dev.local", "*.Example.COM"), PUBLIC, true, problems);

        assertThat(problems.all())
                .hasSize(3)
                .allMatch(problem -> problem.startsWith("ACME_WILDCARDS: "))
                .anyMatch(problem -> problem.contains("dev.local is in a domain that is not in the public DNS"));
    }

    @Test
    void wildcardsNeedTheDns() {
        CertificateNames.read(List.of(), PUBLIC, false, problems);
        assertThat(problems.isEmpty()).isTrue();

        CertificateNames.read(List.of("example.com"), PUBLIC, false, problems);
        assertThat(problems.all()).hasSize(1).first().asString().contains("needs ACME_CHALLENGE=dns-01");
    }

    private CertificateNames names(URI directory, String... wildcards) {
        CertificateNames names = CertificateNames.read(List.of(wildcards), directory, true, problems);
        assertThat(problems.isEmpty()).isTrue();
        return names;
    }
}
