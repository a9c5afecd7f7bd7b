package dev.mcpgateway.settings;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "dev.mcpgateway.settings", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule isALeaf = classes()
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage("dev.mcpgateway.settings", "java..", "org.jspecify..", "org.yaml.snakeyaml..");
}
