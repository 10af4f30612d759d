package dev.reins.standalone;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The arrows between the modules, over all that standalone puts together. */
class ArchitectureTest {
    private static JavaClasses reins;

    @BeforeAll
    static void read() {
        reins = new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages("dev.reins");
    }

    @Test
    void modulesKnowOnlyWhatTheirArrowsPointTo() {
        layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .layer("contracts")
                .definedBy("dev.reins.contracts..")
                .layer("workflows")
                .definedBy("dev.reins.workflows..")
                .layer("store")
                .definedBy("dev.reins.store..")
                .layer("operations")
                .definedBy("dev.reins.operations..")
                .layer("activities")
                .definedBy("dev.reins.activities..")
                .layer("api")
                .definedBy("dev.reins.api..")
                .layer("worker")
                .definedBy("dev.reins.worker..")
                .layer("standalone")
                .definedBy("dev.reins.standalone..")
                .whereLayer("workflows")
                .mayOnlyBeAccessedByLayers("worker")
                .whereLayer("activities")
                .mayOnlyBeAccessedByLayers("worker")
                .whereLayer("store")
                .mayOnlyBeAccessedByLayers("operations", "activities", "api", "worker", "standalone")
                .whereLayer("operations")
                .mayOnlyBeAccessedByLayers("api", "worker")
                .whereLayer("api")
                .mayOnlyBeAccessedByLayers("standalone")
                .whereLayer("worker")
                .mayOnlyBeAccessedByLayers("standalone")
                .whereLayer("standalone")
                .mayNotBeAccessedByAnyLayer()
                .check(reins);
    }

    @Test
    void packagesOfContractsDoNotKnowEachOtherBothWays() {
        slices().matching("dev.reins.contracts.(*)..").should().beFreeOfCycles().check(reins);
    }

    @Test
    void contractsKnowNeitherSpringNorSql() {
        noClasses()
                .that()
                .resideInAPackage("dev.reins.contracts..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.springframework..", "java.sql..", "javax.sql..")
                .check(reins);
    }

    @Test
    void nobodySpeaksJackson2ButTheDataConverterSide() {
        noClasses()
                .that()
                .resideInAnyPackage("dev.reins.api..", "dev.reins.store..", "dev.reins.standalone..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("com.fasterxml.jackson.databind..")
                .check(reins);
    }
}
