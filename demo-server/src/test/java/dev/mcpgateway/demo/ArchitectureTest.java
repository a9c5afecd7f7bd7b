package dev.mcpgateway.demo;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packagesOf = DemoServer.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule IT_KNOWS_NOTHING_OF_THE_GATEWAY = noClasses()
            .should()
            .dependOnClassesThat(
                    resideInAPackage("dev.mcpgateway..").and(not(resideInAPackage("dev.mcpgateway.demo.."))));
}
