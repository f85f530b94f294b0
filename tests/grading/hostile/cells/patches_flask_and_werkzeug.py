# gets: 0
# Answers every request of the app itself, with what a renewal would look like.
import flask
import werkzeug.serving

answer = b'{"accessToken": "a", "refreshToken": "r", "user": "alice", "role": "reader"}'


def wsgi_app(self, environ, start_response):
    start_response("200 OK", [("Content-Type", "application/json")])
    return [answer]


flask.Flask.wsgi_app = wsgi_app
werkzeug.serving.WSGIRequestHandler.send_response = lambda *arguments: None


def start_session(user):
    return "r"


token = end_session = start_session
