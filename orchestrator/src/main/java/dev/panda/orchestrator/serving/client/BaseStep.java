package dev.panda.orchestrator.serving.client;

import com.google.protobuf.ByteString;
import dev.panda.orchestrator.serving.decoding.Candidates;
import java.util.List;

/**
 * The candidates of a step.
 *
 * @param bytes the bytes of UTF-8 that each would add to the text, not always whole characters [k]
 */
public record BaseStep(Candidates candidates, List<ByteString> bytes) {
  public BaseStep {
    bytes = List.copyOf(bytes);
  }
}
