package dev.reins.benchmarks.contestant;

import dev.reins.benchmarks.ground.Ground;
import dev.reins.benchmarks.ground.Installation;
import dev.reins.standalone.JavaCommand;
import dev.reins.standalone.Ports;
import dev.reins.standalone.process.Command;
import dev.reins.standalone.process.GuardedProcess;
import dev.reins.store.DatabaseUrl;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.http.converter.autoconfigure.HttpMessageConvertersAutoConfiguration;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcClientAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration;
import org.springframework.boot.tomcat.autoconfigure.servlet.TomcatServletWebServerAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.DispatcherServletAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.WebMvcAutoConfiguration;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** A Spring MVC handler that answers with one row by its key: no credential, no limits, no envelope. A process of its own. */
public final class BareReads implements AutoCloseable {
    public static final String CONFIGURATION =
            "a Spring MVC handler that answers the run's row by one select with its key"
                    + " for a parameter, without credential, limits or envelope; a process of its own with the api's JVM settings,"
                    + " on the same PostgreSQL, with Boot's defaults but for virtual threads";

    private final GuardedProcess process;
    private final String url;

    private BareReads(GuardedProcess process, String url) {
        this.process = process;
        this.url = url;
    }

    /** On the installation's database, with the settings of its api. */
    public static BareReads start(Installation reins) {
        DatabaseUrl database = DatabaseUrl.parse(reins.endpoints().database());
        int port = Ports.free();
        Map<String, String> environment = Map.of(
                "SPRING_DATASOURCE_URL", database.jdbcUrl(),
                "SPRING_DATASOURCE_USERNAME", database.user(),
                "SPRING_DATASOURCE_PASSWORD", database.password(),
                "SERVER_PORT", Integer.toString(port),
                "SERVER_ADDRESS", "127.0.0.1",
                "SPRING_THREADS_VIRTUAL_ENABLED", "true");
        Command command = new Command(
                "bare reads",
                JavaCommand.of(Application.class.getName(), "320m", JavaCommand.Archive.READ),
                environment,
                "TERM",
                Duration.ofSeconds(10),
                reins.file("bare.log"));
        BareReads started = new BareReads(GuardedProcess.start(command), "http://127.0.0.1:" + port + "/runs/");
        Ground.await("the bare handler", started::answers);
        return started;
    }

    public URI run(String runId) {
        return URI.create(url + runId);
    }

    private boolean answers() {
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpRequest request = HttpRequest.newBuilder(run("none")).build();
            return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() < 600;
        } catch (IOException notYet) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted", e);
        }
    }

    @Override
    public void close() {
        process.close();
    }

    /** The process. */
    @SpringBootConfiguration
    @ImportAutoConfiguration({
        DataSourceAutoConfiguration.class,
        JdbcTemplateAutoConfiguration.class,
        JdbcClientAutoConfiguration.class,
        JacksonAutoConfiguration.class,
        HttpMessageConvertersAutoConfiguration.class,
        TomcatServletWebServerAutoConfiguration.class,
        DispatcherServletAutoConfiguration.class,
        WebMvcAutoConfiguration.class
    })
    @RestController
    public static class Application {
        private final JdbcClient jdbc;

        Application(JdbcClient jdbc) {
            this.jdbc = jdbc;
        }

        public static void main(String[] arguments) {
            new SpringApplicationBuilder(Application.class)
                    .properties("spring.config.name=bare-reads", "logging.level.root=warn")
                    .run(arguments);
        }

        @GetMapping("/runs/{id}")
        Map<String, @Nullable Object> run(@PathVariable("id") String id) {
            return jdbc.sql("select * from shown_runs where id = :id")
                    .param("id", id)
                    .query()
                    .singleRow();
        }
    }
}
