package dev.mcpgateway.doctor;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "dev.mcpgateway.doctor", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule PACKAGES_DEPEND_IN_ONE_DIRECTION =
            slices().matching("dev.mcpgateway.doctor.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule THE_ROOT_ONLY_WIRES = noClasses()
            .that()
            .resideInAPackage("dev.mcpgateway.doctor.*..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("dev.mcpgateway.doctor");

    @ArchTest
    static final ArchRule IT_KNOWS_NOTHING_OF_THE_GATEWAY = classes()
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "dev.mcpgateway.doctor..",
                    "com.sun.net.httpserver..",
                    "jakarta.json..",
                    "java..",
                    "javax..",
                    "org.jspecify..");
}
