/* Embeds the files that every page contains; CMakeLists.txt gives their paths. */
#define BEGIN(name) .global hetsyn_##name##_begin; .hidden hetsyn_##name##_begin; hetsyn_##name##_begin:
#define END(name) .global hetsyn_##name##_end; .hidden hetsyn_##name##_end; hetsyn_##name##_end: .byte 0

.section .rodata
BEGIN(page_style)
.incbin PAGE_STYLE
END(page_style)
BEGIN(page_script)
.incbin FIGURE_SCRIPT
.incbin PAGE_SCRIPT
END(page_script)
BEGIN(plotly_gzip)
.incbin PLOTLY_GZIP
END(plotly_gzip)
BEGIN(plotly_licence)
.incbin PLOTLY_LICENCE
END(plotly_licence)
.section .note.GNU-stack,"",%progbits
