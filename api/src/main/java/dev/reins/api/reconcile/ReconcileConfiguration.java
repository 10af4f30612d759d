package dev.reins.api.reconcile;

import dev.reins.store.reconcile.ReconcilerLog;
import javax.sql.DataSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;

@Configuration(proxyBeanMethods = false)
class ReconcileConfiguration {
    @Bean
    ReconcilerLog reconcilerLog(DataSource dataSource, JdbcClient jdbc) {
        return new ReconcilerLog(dataSource, jdbc);
    }
}
