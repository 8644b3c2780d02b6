package dev.panda.orchestrator.serving.port;

import java.util.List;

/** The base model π_b. Any number of threads may use it. */
public interface BaseModel {

  /** Describes the model. */
  BaseModelDescription describe();

  /** Turns a text into token ids, with the tokens that the model wants around a text. */
  int[] tokenize(String text);

  /** Turns a text that continues another one into token ids, without any tokens around it. */
  int[] tokenizeContinuation(String text);

  /** Turns a conversation into token ids, up to the place where the assistant's answer begins. */
  int[] renderChat(List<ChatMessage> messages);

  /**
   * Opens a sequence and asks for its first candidates. The caller waits for its room before it
   * reads them, and closes the stream.
   *
   * @throws ServiceException if the service cannot be asked; later failures come from the stream
   */
  CandidateStream open(CandidateRequest request);
}
