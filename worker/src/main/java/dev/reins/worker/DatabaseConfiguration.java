package dev.reins.worker;

import com.zaxxer.hikari.HikariDataSource;
import dev.reins.store.PoolSettings;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class DatabaseConfiguration {
    /** Well below the heartbeat timeout of steps: one that cannot be admitted is given back in time. */
    private static final long CONNECT_MS = 4_000;

    @Bean
    HikariDataSource dataSource(WorkerSettings settings) {
        var pool = new HikariDataSource();
        PoolSettings.apply(pool, settings.database(), "reins-worker");
        pool.setConnectionTimeout(CONNECT_MS);
        return pool;
    }
}
