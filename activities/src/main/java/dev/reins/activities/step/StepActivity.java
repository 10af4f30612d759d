package dev.reins.activities.step;

import dev.reins.contracts.step.StepRequest;
import io.temporal.activity.Activity;
import io.temporal.activity.ActivityExecutionContext;
import io.temporal.activity.ActivityInfo;
import io.temporal.activity.DynamicActivity;
import io.temporal.common.converter.EncodedValues;
import org.slf4j.MDC;

/** Every step of every run: its activity type is the tool's name, or {@code model.turn}. */
public final class StepActivity implements DynamicActivity {
    private final StepRunner runner;

    public StepActivity(StepRunner runner) {
        this.runner = runner;
    }

    @Override
    public Object execute(EncodedValues arguments) {
        StepRequest request = arguments.get(0, StepRequest.class);
        MDC.put("runId", request.execution().runId().value());
        MDC.put("stepNumber", String.valueOf(request.stepNumber()));
        try {
            return runner.run(request, attempt(Activity.getExecutionContext()));
        } catch (Error e) {
            // One that leaves a local activity would fail the workflow's task, again and again.
            throw new IllegalStateException(e);
        } finally {
            MDC.remove("runId");
            MDC.remove("stepNumber");
        }
    }

    private static Attempt attempt(ActivityExecutionContext context) {
        ActivityInfo info = context.getInfo();
        return info.isLocal() ? LocalAttempt.of(info) : new ActivityAttempt(context);
    }
}
