package dev.reins.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reins.store.run.StartRuns;
import org.junit.jupiter.api.Test;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Import;

class StoreConfigurationTest {
    @EnableAutoConfiguration
    @Import(StoreConfiguration.class)
    static class Application {}

    @Test
    void isAllThatAnApplicationImports() {
        try (TestDatabase database = TestDatabase.create();
                ConfigurableApplicationContext context = new SpringApplicationBuilder(Application.class)
                        .web(WebApplicationType.NONE)
                        .properties("spring.datasource.url=" + database.url(), "spring.main.banner-mode=off")
                        .run()) {
            assertThat(context.getBean(StartRuns.class)).isNotNull();
        }
    }
}
