package dev.reins.api.problem;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;

/** Answers for the controllers, written past content negotiation: a problem is told whatever the caller accepts. */
@RestControllerAdvice
final class ProblemAdvice {
    private final Problems problems;
    private final ProblemWriter writer;

    ProblemAdvice(Problems problems, ProblemWriter writer) {
        this.problems = problems;
        this.writer = writer;
    }

    @ExceptionHandler(Throwable.class)
    void answer(Throwable failure, HttpServletResponse response) throws IOException {
        writer.write(problems.of(failure), response);
    }
}
