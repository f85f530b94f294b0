# gets: 0
# Raises an error whose text is a live page.
raise RuntimeError(
    "<script>document.title='left-behind'</script><img src=x onerror=alert(1)>"
    "</pre></div><iframe src='javascript:alert(1)'></iframe>&#60;script&#62;"
)
