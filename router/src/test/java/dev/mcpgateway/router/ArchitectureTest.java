package dev.mcpgateway.router;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "dev.mcpgateway.router", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule PACKAGES_DEPEND_IN_ONE_DIRECTION =
            slices().matching("dev.mcpgateway.router.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule THE_ROOT_ONLY_WIRES = noClasses()
            .that()
            .resideInAPackage("dev.mcpgateway.router.*..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("dev.mcpgateway.router");

    @ArchTest
    static final ArchRule THE_ROUTER_KNOWS_NOTHING_OF_ORACLE_AND_STORE = classes()
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "dev.mcpgateway.router..",
                    "dev.mcpgateway.settings..",
                    "java..",
                    "javax..",
                    "com.google.re2j..",
                    "jakarta.json..",
                    "jdk.net..",
                    "io.helidon..",
                    "io.jstach..",
                    "io.opentelemetry..",
                    "io.prometheus..",
                    "org.bouncycastle..",
                    "org.jspecify..",
                    "org.shredzone.acme4j..");
}
