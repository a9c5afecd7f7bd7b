package dev.mcpgateway.oracle;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packagesOf = Oracle.class, importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule PACKAGES_DEPEND_IN_ONE_DIRECTION =
            slices().matching("dev.mcpgateway.oracle.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule NOBODY_KNOWS_WHICH_STORE_IT_IS = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "dev.mcpgateway.storage.jdbc..", "dev.mcpgateway.storage.redis..", "java.sql..", "org.h2..");

    @ArchTest
    static final ArchRule NOBODY_KNOWS_THE_ROUTER =
            noClasses().should().dependOnClassesThat().resideInAPackage("dev.mcpgateway.router..");

    @ArchTest
    static final ArchRule THE_ROOT_PACKAGE_ONLY_WIRES = classes()
            .that()
            .resideInAPackage("dev.mcpgateway.oracle")
            .should()
            .onlyHaveDependentClassesThat()
            .resideInAPackage("dev.mcpgateway.oracle");
}
