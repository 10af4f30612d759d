package dev.reins.api.run;

import dev.reins.api.engine.Delivery;
import dev.reins.api.problem.Problem;
import dev.reins.api.reconcile.EngineDoor;
import dev.reins.api.web.Answer;
import dev.reins.api.web.Once.Done;
import dev.reins.api.web.Replies;
import dev.reins.api.web.Reply;
import dev.reins.contracts.ErrorCode;
import dev.reins.contracts.RunId;
import dev.reins.contracts.Wire;
import dev.reins.store.control.Receipt;
import dev.reins.store.control.RunControls;
import dev.reins.store.control.RunControls.Accepted;
import dev.reins.store.run.RunView;
import dev.reins.store.run.RunViews;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.function.Function;
import java.util.function.Supplier;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Component;

/** Takes a control request from its storing to its answer: on its way to the workflow, and waiting for what becomes of it. */
@Component
final class Control {
    private final RunControls controls;
    private final RunViews views;
    private final EngineDoor door;
    private final Replies replies;
    private final ReceiptWatch watch;

    Control(RunControls controls, RunViews views, EngineDoor door, Replies replies, ReceiptWatch watch) {
        this.controls = controls;
        this.views = views;
        this.door = door;
        this.replies = replies;
        this.watch = watch;
    }

    ResponseEntity<byte[]> perform(Asked asked, RunId runId, Supplier<Accepted> request) {
        Function<Accepted, Reply> stored = accepted -> reply(runId, accepted.receipt());
        boolean held = asked.hold().isPositive();
        Done<Accepted> done =
                held ? asked.once().begin(request, stored) : asked.once().execute(request, stored);
        Reply reply = done.reply();
        return done.fresh()
                .map(accepted -> AfterCommit.tryTo(runId.value(), reply, () -> {
                    deliver(runId, accepted);
                    return held ? outcome(asked, runId, accepted) : reply;
                }))
                .orElse(reply)
                .toResponse();
    }

    private Reply outcome(Asked asked, RunId runId, Accepted accepted) {
        return asked.once().settle(reply(runId, watch.await(accepted.receipt(), asked.hold())));
    }

    /** What does not get through is left to the reconciler. A standing request is on its way already. */
    private void deliver(RunId runId, Accepted accepted) {
        if (!accepted.standing()) {
            Receipt receipt = accepted.receipt();
            door.tryDeliver(new Delivery(receipt.id(), runId, receipt.verb(), receipt.by(), receipt.reason()));
        }
    }

    /** The answer as of now: accepted, or refused where the workflow has refused it since. */
    private Reply reply(RunId runId, Receipt receipt) {
        RunView run = views.find(runId).orElseThrow(() -> new NoSuchElementException("Run " + runId));
        return receipt.refusedAt() == null
                ? replies.of(202, Answer.of(ControlView.of(receipt, run)))
                : replies.of(refused(receipt, run));
    }

    private static Problem refused(Receipt receipt, RunView run) {
        String code = receipt.refusedCode() == null ? ErrorCode.RUN_STATE.wire() : receipt.refusedCode();
        return new Problem(
                Wire.find(ErrorCode.class, code)
                        .filter(known -> known.httpStatus() == ErrorCode.RUN_STATE.httpStatus())
                        .orElse(ErrorCode.RUN_STATE),
                "The request was accepted and later refused: " + code,
                List.of(),
                Map.of("runStatus", run.status(), "receipt", receipt),
                Map.of());
    }
}
