package dev.panda.orchestrator.serving.client;

import dev.panda.api.basemodel.v1.AcceptToken;
import dev.panda.api.basemodel.v1.DecodeRequest;
import dev.panda.api.basemodel.v1.DecodeResponse;
import dev.panda.api.basemodel.v1.OpenSequence;
import dev.panda.api.basemodel.v1.Prompt;
import dev.panda.api.basemodel.v1.TokenIds;
import dev.panda.orchestrator.serving.decoding.Candidates;
import java.util.Arrays;
import java.util.List;

/** One sequence at the base-model service. One thread at a time may use it. */
public final class DecodeCall implements AutoCloseable {
  private final BidirectionalCall<DecodeRequest, DecodeResponse> call;
  private final int vocabularySize;

  DecodeCall(BidirectionalCall<DecodeRequest, DecodeResponse> call, int vocabularySize) {
    this.call = call;
    this.vocabularySize = vocabularySize;
  }

  void open(int[] prompt, int k, int maxTokens, boolean logits) {
    TokenIds.Builder tokens = TokenIds.newBuilder();
    Arrays.stream(prompt).forEach(tokens::addIds);
    call.send(
        DecodeRequest.newBuilder()
            .setOpen(
                OpenSequence.newBuilder()
                    .setPrompt(Prompt.newBuilder().setTokens(tokens))
                    .setK(k)
                    .setMaxTokens(maxTokens)
                    .setLogits(logits))
            .build());
  }

  /** Accepts a token and asks for the next step's candidates. */
  public void accept(int token) {
    call.send(
        DecodeRequest.newBuilder().setAccept(AcceptToken.newBuilder().setTokenId(token)).build());
  }

  /** The candidates that were asked for; waits for them. */
  public BaseStep candidates() {
    DecodeResponse step = call.answer();
    Candidates candidates =
        new Candidates(
            step.getCandidateIdsList().stream().mapToInt(Integer::intValue).toArray(),
            doubles(step.getLogProbabilitiesList()),
            doubles(step.getLogitsList()),
            step.getEntropy(),
            vocabularySize);
    return new BaseStep(candidates, step.getCandidateBytesList());
  }

  private static double[] doubles(List<Float> floats) {
    return floats.stream().mapToDouble(Float::doubleValue).toArray();
  }

  @Override
  public void close() {
    call.close();
  }
}
