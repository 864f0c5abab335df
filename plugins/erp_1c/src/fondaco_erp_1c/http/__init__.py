"""CommerceML over HTTP: what 1C calls «Обмен с сайтом»."""
