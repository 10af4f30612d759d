package dev.reins.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

class PoolSettingsTest {
    @Test
    void postgresNoticesHalfAMinuteLaterThatAHostIsGone() {
        try (TestDatabase database = TestDatabase.create();
                HikariDataSource pool = new HikariDataSource()) {
            PoolSettings.apply(pool, DatabaseUrl.parse(database.urlBy(database.port())), "test");

            assertThat(settings(pool))
                    .containsExactly(
                            "application_name test",
                            "tcp_keepalives_count 3",
                            "tcp_keepalives_idle 10",
                            "tcp_keepalives_interval 5",
                            "tcp_user_timeout 30000");
        }
    }

    private static List<String> settings(HikariDataSource pool) {
        return JdbcClient.create(pool).sql("""
                        select name || ' ' || setting from pg_settings
                        where name in ('application_name', 'tcp_keepalives_count',
                            'tcp_keepalives_idle', 'tcp_keepalives_interval', 'tcp_user_timeout')
                        order by name""").query(String.class).list();
    }
}
