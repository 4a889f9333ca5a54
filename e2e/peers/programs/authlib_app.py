"""An application as others write them in Python: Flask with Authlib, which finds out all else from the issuer.

ISSUER, CLIENT_ID, CLIENT_SECRET, SCOPE and PORT come from the environment. `/` shows who is signed in as JSON, `/login` signs
in, `/logout` signs out at the issuer too (OpenID Connect RP-Initiated Logout 1.0), and `/backchannel-logout` hears of
sign-outs elsewhere (Back-Channel Logout 1.0).
"""

import os
import secrets
from time import time

from authlib.integrations.flask_client import OAuth
from flask import Flask, jsonify, redirect, request, session, url_for
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout"

app = Flask(__name__)
app.secret_key = secrets.token_bytes(32)
app.config["SESSION_COOKIE_NAME"] = "authlib_app"
oauth = OAuth(app)
provider = oauth.register(
    "provider",
    client_id=os.environ["CLIENT_ID"],
    client_secret=os.environ["CLIENT_SECRET"],
    server_metadata_url=os.environ["ISSUER"].rstrip("/") + "/.well-known/openid-configuration",
    client_kwargs={"scope": os.environ["SCOPE"], "code_challenge_method": "S256"},
)
# What was told at sign-ins, by the issuer's name for each session.
signed_in = {}


@app.get("/ready")
def ready():
    return "ready"


@app.get("/")
def who():
    found = signed_in.get(session.get("sid"))
    if found is None:
        return jsonify(signed_in=False), 401
    return jsonify(signed_in=True, id_token=found["id_token"], userinfo=found["userinfo"])


@app.get("/login")
def login():
    return provider.authorize_redirect(url_for("callback", _external=True))


@app.get("/callback")
def callback():
    # Checks state, nonce, the signature and every claim of the ID token, or fails.
    token = provider.authorize_access_token()
    claims = token["userinfo"]
    userinfo = provider.userinfo(token=token)
    if userinfo["sub"] != claims["sub"]:
        return jsonify(error="userinfo of somebody else"), 502
    session["sid"] = claims["sid"]
    signed_in[claims["sid"]] = {"id_token": claims, "userinfo": userinfo, "hint": token["id_token"]}
    return redirect("/")


@app.get("/logout")
def logout():
    found = signed_in.pop(session.pop("sid", None), None)
    there = provider.create_logout_url(
        post_logout_redirect_uri=url_for("signed_out", _external=True),
        id_token_hint=found and found["hint"],
    )
    session["logout_state"] = there["state"]
    return redirect(there["url"])


@app.get("/signed-out")
def signed_out():
    return jsonify(signed_out=request.args.get("state") == session.pop("logout_state", None))


@app.post("/backchannel-logout")
def backchannel_logout():
    metadata = provider.load_server_metadata()
    try:
        token = jwt.decode(
            request.form["logout_token"],
            KeySet.import_key_set(provider.fetch_jwk_set()),
            algorithms=metadata["id_token_signing_alg_values_supported"],
        )
        jwt.JWTClaimsRegistry(
            leeway=60,
            iss={"essential": True, "value": metadata["issuer"]},
            aud={"essential": True, "value": provider.client_id},
            iat={"essential": True},
            exp={"essential": True},
            jti={"essential": True},
            sid={"essential": True},
        ).validate(token.claims)
    except (JoseError, ValueError) as fault:
        return jsonify(error="invalid_request", error_description=str(fault)), 400
    claims = token.claims
    if LOGOUT_EVENT not in claims.get("events", {}) or "nonce" in claims or claims["iat"] < time() - 300:
        return jsonify(error="invalid_request"), 400
    signed_in.pop(claims["sid"], None)
    return "", 200


if __name__ == "__main__":
    app.run(host="127.0.0.1", port=int(os.environ["PORT"]), threaded=True)
