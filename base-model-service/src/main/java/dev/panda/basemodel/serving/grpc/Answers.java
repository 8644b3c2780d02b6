package dev.panda.basemodel.serving.grpc;

import com.google.protobuf.ByteString;
import dev.panda.api.basemodel.v1.DecodeResponse;
import dev.panda.transformer.decoder.NextTokens;
import dev.panda.transformer.tokenizer.Tokenizer;
import java.util.Collection;
import java.util.Set;

/** Makes the answers of a decode stream. */
final class Answers {
  private final Tokenizer tokenizer;
  private final Set<Integer> endTokens;

  /**
   * @param endTokens tokens that end a response
   */
  Answers(Tokenizer tokenizer, Collection<Integer> endTokens) {
    this.tokenizer = tokenizer;
    this.endTokens = Set.copyOf(endTokens);
  }

  /**
   * @param step number of tokens accepted so far
   */
  DecodeResponse.Builder of(NextTokens next, int step, boolean logits) {
    DecodeResponse.Builder answer =
        DecodeResponse.newBuilder().setStep(step).setEntropy(next.entropy());
    for (int i = 0; i < next.ids().length; i++) {
      answer
          .addCandidateIds(next.ids()[i])
          .addLogProbabilities(next.logProbabilities()[i])
          .addCandidateBytes(bytes(next.ids()[i]));
      if (logits) {
        answer.addLogits(next.logits()[i]);
      }
    }
    return answer;
  }

  /**
   * A model may have more ids than its tokenizer; the ids beyond have no text. An end token adds
   * none either, even if its tokenizer does not call it special.
   */
  private ByteString bytes(int id) {
    return id < tokenizer.vocabularySize() && !endTokens.contains(id)
        ? ByteString.copyFrom(tokenizer.bytes(id))
        : ByteString.EMPTY;
  }
}
