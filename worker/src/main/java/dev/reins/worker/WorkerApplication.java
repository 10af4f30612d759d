package dev.reins.worker;

import dev.reins.operations.OperationsConfiguration;
import dev.reins.store.StoreConfiguration;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Import;

/** A worker's process. Its configuration is {@code reins-worker.yml}, so that it can share a class path with the api. */
@SpringBootApplication
@EnableConfigurationProperties(WorkerSettings.class)
@Import({StoreConfiguration.class, OperationsConfiguration.class})
public class WorkerApplication {
    public static void main(String[] args) {
        start(args);
    }

    /**
     * Returns when the worker is at work.
     *
     * @param args as on the command line; {@code --NAME=value} overrides the environment
     */
    public static ConfigurableApplicationContext start(String... args) {
        return new SpringApplicationBuilder(WorkerApplication.class)
                .properties("spring.config.name=reins-worker")
                .run(args);
    }
}
