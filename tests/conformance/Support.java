package checks;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.Base64;

/** What the checks in Java share: where the tenant is, as the emulator has printed it, and keys. */
final class Support {
  static final String DOMAIN = System.getenv("AUTH0_DOMAIN");
  static final String ID = System.getenv("AUTH0_CLIENT_ID");
  static final String SECRET = System.getenv("AUTH0_CLIENT_SECRET");
  static final String AUDIENCE = System.getenv("AUTH0_AUDIENCE");

  private Support() {}

  static KeyPair newKey() throws GeneralSecurityException {
    var keys = KeyPairGenerator.getInstance("RSA");
    keys.initialize(2048);
    return keys.generateKeyPair();
  }

  /** The public half of a pair, as PEM. */
  static String pem(KeyPair pair) {
    var lines = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(pair.getPublic().getEncoded());
    return "-----BEGIN PUBLIC KEY-----\n" + lines + "\n-----END PUBLIC KEY-----\n";
  }
}
