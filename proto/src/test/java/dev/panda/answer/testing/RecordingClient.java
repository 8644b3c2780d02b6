package dev.panda.answer.testing;

import io.grpc.stub.ServerCallStreamObserver;
import java.util.ArrayList;
import java.util.List;

/** A client's end of a stream; it keeps what the service sends. */
public final class RecordingClient<A> extends ServerCallStreamObserver<A> {
  private final List<A> answers = new ArrayList<>();
  private final List<Throwable> failures = new ArrayList<>();
  private int completions;
  private boolean ready = true;
  private Error breakage;
  private Runnable onCancel = () -> {};
  private Runnable onReady = () -> {};

  public List<A> answers() {
    return answers;
  }

  public List<Throwable> failures() {
    return failures;
  }

  /** How often the stream was ended, in either way. */
  public int ends() {
    return completions + failures.size();
  }

  public boolean completed() {
    return completions > 0;
  }

  public void cancel() {
    onCancel.run();
  }

  /** Whether the client reads; beginning to read calls the ready handler. */
  public void reads(boolean isReady) {
    ready = isReady;
    if (isReady) {
      onReady.run();
    }
  }

  /** Makes every answer to this client fail. */
  public void breakWith(Error failure) {
    breakage = failure;
  }

  @Override
  public boolean isReady() {
    return ready;
  }

  @Override
  public void onNext(A answer) {
    if (breakage != null) {
      throw breakage;
    }
    answers.add(answer);
  }

  @Override
  public void onError(Throwable failure) {
    failures.add(failure);
  }

  @Override
  public void onCompleted() {
    completions++;
  }

  @Override
  public void setOnCancelHandler(Runnable handler) {
    onCancel = handler;
  }

  @Override
  public void setOnReadyHandler(Runnable handler) {
    onReady = handler;
  }

  @Override
  public boolean isCancelled() {
    return false;
  }

  @Override
  public void setCompression(String compression) {}

  @Override
  public void disableAutoInboundFlowControl() {}

  @Override
  public void request(int count) {}

  @Override
  public void setMessageCompression(boolean enable) {}
}
