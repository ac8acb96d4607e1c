require ["foreverypart", "mime", "variables", "extracttext", "replace", "enclose", "fileinto"];
foreverypart :name "outer" {
  if header :mime :param ["filename", "name"] :matches ["Content-Type", "Content-Disposition"] ["*.exe", "*.scr"] {
    replace text:
Content-Type: text/plain
.
;
  } elsif exists :mime :anychild "content-md5" {
    foreverypart { extracttext :lower :first 100 "t"; break :name "outer"; }
  }
}
if address :mime :anychild :domain "content-from" "example.com" { enclose :subject "${t}" :headers ["From"] "see"; }
