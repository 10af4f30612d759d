package dev.reins.api;

import dev.reins.operations.OperationsConfiguration;
import dev.reins.store.StoreConfiguration;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.security.autoconfigure.UserDetailsServiceAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Import;

/** The api's process. Its configuration is {@code reins-api.yml}, so that it can share a class path with the worker. */
@SpringBootApplication(exclude = UserDetailsServiceAutoConfiguration.class)
@EnableConfigurationProperties(ApiSettings.class)
@Import({StoreConfiguration.class, OperationsConfiguration.class})
public class ApiApplication {
    public static void main(String[] args) {
        start(args);
    }

    /** @param args as on the command line; {@code --NAME=value} overrides the environment */
    public static ConfigurableApplicationContext start(String... args) {
        return new SpringApplicationBuilder(ApiApplication.class)
                .properties("spring.config.name=reins-api")
                .run(args);
    }
}
