# gets: 0
# Returns an answer whose every part raises, is endless or is a live page.
import httpx


class Odd(httpx.Response):
    @property
    def status_code(self):
        return "<script>document.title='left-behind'</script>" * 10_000

    @status_code.setter
    def status_code(self, value):
        pass

    def read(self):
        return b"<img src=x onerror=alert(1)>\xff" * 100_000


class Session:
    def __init__(self, http, vault):
        pass

    def get(self, path):
        return Odd(200)
