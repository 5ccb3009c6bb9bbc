package io.hydra.infra.demo;

import io.hydra.datasets.lamp.LampUser;
import io.hydra.schemas.avro.Response;

/** One user's question, answered without and with personalization. */
record Answers(LampUser user, Response plain, Response personalized) {
  static String text(Response response) {
    return response.getText() == null ? "" : response.getText();
  }
}
