package dev.panda.orchestrator.workshop.ask;

import dev.panda.api.generation.v1.GenerateResponse;
import dev.panda.api.generation.v1.Summary;
import dev.panda.api.generation.v1.Token;
import dev.panda.orchestrator.workshop.cli.CommandFailure;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;

/**
 * A response: its tokens, then its summary.
 *
 * @param tokens in order
 */
public record Streamed(List<Token> tokens, Summary summary) {

  /**
   * Reads a stream to its end.
   *
   * @param onToken receives each token as it comes
   * @throws CommandFailure if the stream ends without a summary
   */
  public static Streamed read(Iterator<GenerateResponse> responses, Consumer<Token> onToken) {
    List<Token> tokens = new ArrayList<>();
    while (responses.hasNext()) {
      GenerateResponse response = responses.next();
      if (response.hasSummary()) {
        return new Streamed(List.copyOf(tokens), response.getSummary());
      }
      tokens.add(response.getToken());
      onToken.accept(response.getToken());
    }
    throw new CommandFailure(
        "the orchestrator ended the stream without a summary",
        "Try again; `deploy/panda status` tells which services run.");
  }

  /**
   * Reads a stream to its end and prints the text as it comes. At the end it prints what the
   * orchestrator held back.
   */
  static Streamed print(Iterator<GenerateResponse> responses, PrintWriter out) {
    StringBuilder printed = new StringBuilder();
    Streamed streamed =
        read(
            responses,
            token -> {
              printed.append(token.getText());
              out.print(token.getText());
              out.flush();
            });
    String text = streamed.summary().getText();
    if (text.startsWith(printed.toString())) {
      out.print(text.substring(printed.length()));
    }
    out.println();
    out.flush();
    return streamed;
  }

  /** Number of tokens whose steps have a KL; steps with pruned candidates have none. */
  private long klTokens() {
    return tokens.stream().filter(Token::hasKl).count();
  }

  private String ending() {
    return switch (summary.getFinishReason()) {
      case FINISH_REASON_END_TOKEN -> "ended by itself";
      case FINISH_REASON_STOP_STRING -> "ended at a stop string";
      case FINISH_REASON_LENGTH -> "cut at --max-tokens";
      default -> Figures.finishReason(summary);
    };
  }

  /**
   * One line of figures for people; {@code generate --help} explains it.
   *
   * @param rewardUnit unit of the reward
   */
  String figures(String rewardUnit) {
    StringBuilder line = new StringBuilder();
    double seconds = Figures.seconds(summary.getUsage().getTotalTime());
    int generated = summary.getUsage().getGeneratedTokens();
    line.append("%d tokens, %s".formatted(summary.getTokenIdsCount(), ending()));
    if (summary.hasReward()) {
      line.append(" · reward %+.2f".formatted(summary.getReward()));
      if (rewardUnit.equals("raw")) {
        line.append(" (raw)");
      }
    }
    if (summary.hasMeanKl()) {
      line.append(" · KL %.2f".formatted(summary.getMeanKl()));
      if (klTokens() < tokens.size()) {
        line.append(" in %d of %d steps".formatted(klTokens(), tokens.size()));
      }
    }
    line.append(" · repetition %.0f %%".formatted(100 * summary.getRepetition()));
    if (summary.hasSeed()) {
      line.append(" · seed ").append(summary.getSeed());
    }
    line.append(" · %.1f s".formatted(seconds));
    if (generated > 0) {
      line.append(", %.0f ms a token".formatted(1000 * seconds / generated));
    }
    return line.toString();
  }
}
