package dev.mcpgateway.storage.redis;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "dev.mcpgateway.storage.redis", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule dependsOnTheStorageApiAndRedissonOnly = classes()
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "java..",
                    "org.jspecify.annotations",
                    "javax.net.ssl",
                    "org.redisson..",
                    "dev.mcpgateway.settings",
                    "dev.mcpgateway.storage..");

    @ArchTest
    static final ArchRule packagesDependInOneDirection =
            slices().matching("dev.mcpgateway.(**)").should().beFreeOfCycles();
}
