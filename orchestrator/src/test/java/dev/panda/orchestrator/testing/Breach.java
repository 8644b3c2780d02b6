package dev.panda.orchestrator.testing;

import com.google.protobuf.Message;

/** Changes a fake service's answers, so that they break the contract. */
@FunctionalInterface
public interface Breach {
  /** Leaves every answer as it is. */
  Breach NONE = answer -> answer;

  Message of(Message answer);

  @SuppressWarnings("unchecked") // a message's builder builds the same kind of message
  default <M extends Message> M apply(M answer) {
    return (M) of(answer);
  }
}
