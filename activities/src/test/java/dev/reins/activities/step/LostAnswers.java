package dev.reins.activities.step;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicReference;
import javax.sql.DataSource;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/** A database on a line that breaks when told to, before what is asked has arrived or before its answer has. */
final class LostAnswers extends DelegatingDataSource {
    private final AtomicReference<String> next = new AtomicReference<>("");
    private final AtomicReference<String> nextUnheard = new AtomicReference<>("");

    LostAnswers(DataSource database) {
        super(database);
    }

    /** Loses the answer to the next statement with this text in it. */
    void loseNext(String text) {
        next.set(text);
    }

    /** Loses the next statement with this text in it before it is carried out. */
    void cutNext(String text) {
        nextUnheard.set(text);
    }

    @Override
    public Connection getConnection() throws SQLException {
        Connection connection = super.getConnection();
        return proxy(Connection.class, (proxy, method, arguments) -> {
            Object result = invoke(connection, method, arguments);
            return result instanceof PreparedStatement statement ? losing(statement, (String) arguments[0]) : result;
        });
    }

    private PreparedStatement losing(PreparedStatement statement, String sql) {
        return proxy(PreparedStatement.class, (proxy, method, arguments) -> {
            boolean asks = method.getName().startsWith("execute");
            if (asks) {
                breakAt(nextUnheard, sql);
            }
            Object result = invoke(statement, method, arguments);
            if (asks) {
                breakAt(next, sql);
            }
            return result;
        });
    }

    private static void breakAt(AtomicReference<String> place, String sql) throws SQLException {
        String text = place.get();
        if (!text.isEmpty() && sql.contains(text)) {
            place.set("");
            throw new SQLException("The connection is gone", "08006");
        }
    }

    private static Object invoke(Object target, java.lang.reflect.Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(LostAnswers.class.getClassLoader(), new Class<?>[] {type}, handler));
    }
}
