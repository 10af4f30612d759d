package dev.reins.api.reconcile;

import dev.reins.store.reconcile.ReconcilerLog;
import javax.sql.DataSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.json.JsonMapper;

@Configuration(proxyBeanMethods = false)
class ReconcileConfiguration {
    @Bean
    ReconcilerLog reconcilerLog(DataSource dataSource, JdbcClient jdbc, JsonMapper json) {
        return new ReconcilerLog(dataSource, jdbc, json);
    }
}
