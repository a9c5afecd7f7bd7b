package dev.mcpgateway.storage.jdbc;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "dev.mcpgateway.storage.jdbc", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule dependsOnTheStorageApiAndDbClientOnly = classes()
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "java..",
                    "javax.net.ssl",
                    "org.jspecify.annotations",
                    "com.zaxxer.hikari..",
                    "io.helidon.common..",
                    "io.helidon.dbclient..",
                    "org.postgresql",
                    "dev.mcpgateway.settings",
                    "dev.mcpgateway.storage..");

    @ArchTest
    static final ArchRule packagesDependInOneDirection =
            slices().matching("dev.mcpgateway.(**)").should().beFreeOfCycles();
}
